/** Says why nothing was made, and what to do. */
export class Refusal extends Error {
  override readonly name = "Refusal";
}
