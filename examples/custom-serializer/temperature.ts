/** A class with a private field: it cannot be stored as it is. */
export class Temperature {
  readonly #kelvin: number;

  constructor(kelvin: number) {
    this.#kelvin = kelvin;
  }

  static celsius(degrees: number): Temperature {
    return new Temperature(degrees + 273.15);
  }

  get kelvin(): number {
    return this.#kelvin;
  }

  warmerThan(other: Temperature): boolean {
    return this.#kelvin > other.#kelvin;
  }
}
