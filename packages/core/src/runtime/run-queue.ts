/** First in, first out, without moving what waits. */
export interface RunQueue<T> {
  push(item: T): void;
  /** What `shift` would give. */
  peek(): T | undefined;
  shift(): T | undefined;
}

/** What was taken is let go of only now and then, in one piece: moving the rest at each turn would cost its square. */
const PIECE = 1024;

export function createRunQueue<T>(): RunQueue<T> {
  let items: T[] = [];
  let head = 0;
  return {
    push: (item) => void items.push(item),
    peek: () => items[head],
    shift() {
      const item = items[head];
      if (item === undefined) return undefined;
      head += 1;
      if (head > PIECE && head * 2 > items.length) {
        items = items.slice(head);
        head = 0;
      }
      return item;
    },
  };
}
