import { FlowSpec, type Inputs, step } from "@metaflow-ts/core";

interface Shop {
  name: string;
  sales: number[];
}

/** A foreach in a foreach; inner splits are joined before outer ones. */
export default class NestedForeachFlow extends FlowSpec {
  shops: Shop[] = [
    { name: "north", sales: [10, 20] },
    { name: "south", sales: [5, 6, 7] },
  ];
  shop!: Shop;
  sales!: number[];
  taxed!: number;
  total!: number;
  totals!: Record<string, number>;

  @step start() {
    this.next(this.open, { foreach: this.shops });
  }

  @step open(shop: Shop) {
    this.shop = shop;
    this.sales = shop.sales;
    this.next(this.tax, { foreach: this.sales });
  }

  @step tax(sale: number) {
    this.taxed = sale * 1.2;
    this.next(this.addUp);
  }

  @step addUp(inputs: Inputs<NestedForeachFlow>) {
    this.mergeArtifacts(inputs, { include: ["shop"] });
    this.total = inputs.reduce((total, input) => total + input.taxed, 0);
    this.next(this.compare);
  }

  @step compare(inputs: Inputs<NestedForeachFlow>) {
    this.totals = Object.fromEntries(inputs.map((input) => [input.shop.name, input.total]));
    this.next(this.end);
  }

  @step end() {
    console.log(this.totals);
  }
}
