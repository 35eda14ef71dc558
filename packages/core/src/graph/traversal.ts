/** A directed graph over the numbers from 0. */
export interface Digraph {
  readonly entry: number;
  readonly next: readonly (readonly number[])[];
}

export type Edge = readonly [from: number, to: number];

export interface DepthFirst {
  /** The nodes that can be reached, so that a node comes before those it leads to, loops aside. */
  readonly order: readonly number[];
  /** Edges that lead back to a node on the way from the entry. Without them the graph has no cycles. */
  readonly retreating: readonly Edge[];
}

/** Walks a graph in depth. A loop instead of recursion: chains of thousands of steps are fine. */
export function depthFirst({ entry, next }: Digraph): DepthFirst {
  const state = new Uint8Array(next.length); // 0 unseen, 1 on the way, 2 done
  const position = new Uint32Array(next.length);
  const postorder: number[] = [];
  const retreating: Edge[] = [];
  const stack = [entry];
  state[entry] = 1;
  for (let node = stack.at(-1); node !== undefined; node = stack.at(-1)) {
    const target = next[node]?.[position[node] ?? 0];
    if (target === undefined) {
      state[node] = 2;
      postorder.push(node);
      stack.pop();
      continue;
    }
    position[node] = (position[node] ?? 0) + 1;
    if (state[target] === 1) retreating.push([node, target]);
    if (state[target] !== 0) continue;
    state[target] = 1;
    stack.push(target);
  }
  return { order: postorder.reverse(), retreating };
}

/** Who leads to each node, restricted to the nodes given. */
export function predecessors(next: readonly (readonly number[])[], nodes: readonly number[]): number[][] {
  const previous: number[][] = next.map(() => []);
  for (const node of nodes) for (const target of next[node] ?? []) previous[target]?.push(node);
  return previous;
}

/**
 * The immediate dominator of every node in `order` (the entry's is itself, -1 elsewhere), after Cooper, Harvey and
 * Kennedy. `order` is a reverse postorder, the entry first; with all edges turned round it gives postdominators.
 */
export function dominators(order: readonly number[], previous: readonly (readonly number[])[]): Int32Array {
  const rank = new Int32Array(previous.length).fill(-1);
  order.forEach((node, index) => {
    rank[node] = index;
  });
  const above = new Int32Array(previous.length).fill(-1);
  const [entry, ...others] = order;
  if (entry === undefined) return above;
  above[entry] = entry;
  const meet = (one: number, other: number): number => {
    let [a, b] = [one, other];
    while (a !== b) {
      if (at(rank, a) > at(rank, b)) a = at(above, a);
      else b = at(above, b);
    }
    return a;
  };
  for (let changed = true; changed; ) {
    changed = false;
    for (const node of others) {
      const known = (previous[node] ?? []).filter((from) => at(above, from) !== -1);
      const best = known.length === 0 ? -1 : known.reduce(meet);
      if (best === at(above, node)) continue;
      above[node] = best;
      changed = true;
    }
  }
  return above;
}

/** True when every way to `node` leads through `candidate`. */
export function dominates(above: Int32Array, candidate: number, node: number): boolean {
  let current = node;
  while (current !== candidate) {
    const parent = at(above, current);
    if (parent === -1 || parent === current) return false;
    current = parent;
  }
  return true;
}

/** The nodes of a graph without cycles, a node before those it leads to; of those that could be next, the smallest. */
export function topological(next: readonly (readonly number[])[], nodes: readonly number[]): number[] {
  const waiting = new Int32Array(next.length);
  for (const node of nodes) for (const target of next[node] ?? []) waiting[target] = at(waiting, target) + 1;
  const ready = nodes.filter((node) => at(waiting, node) === 0).sort((a, b) => b - a);
  const order: number[] = [];
  for (let node = ready.pop(); node !== undefined; node = ready.pop()) {
    order.push(node);
    for (const target of next[node] ?? []) {
      waiting[target] = at(waiting, target) - 1;
      if (at(waiting, target) === 0) insertDescending(ready, target);
    }
  }
  return order;
}

function insertDescending(sorted: number[], value: number): void {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) > value) low = middle + 1;
    else high = middle;
  }
  sorted.splice(low, 0, value);
}

/** The shortest way from one node to another; empty where there is none. */
export function shortestPath(next: readonly (readonly number[])[], from: number, to: number): number[] {
  const cameFrom = new Map([[from, from]]);
  const queue = [from];
  for (const node of queue) {
    if (node === to) break;
    for (const target of next[node] ?? []) {
      if (cameFrom.has(target)) continue;
      cameFrom.set(target, node);
      queue.push(target);
    }
  }
  const path: number[] = [];
  if (!cameFrom.has(to)) return path;
  for (let node = to; node !== from; node = cameFrom.get(node) ?? from) path.unshift(node);
  return [from, ...path];
}

function at(numbers: Int32Array, index: number): number {
  return numbers[index] ?? -1;
}
