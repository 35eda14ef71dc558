/**
 * What a step asks of the place where it runs: the attributes of the decorator `resources` in a graph. Backends read
 * them from there; what one of them cannot give, it refuses before anything runs. A local run takes what there is.
 */
export interface ResourceRequest {
  /** Cores; may be a fraction. */
  readonly cpu: number;
  /** Graphics processors; undefined: none. */
  readonly gpu?: number | undefined;
  /** Megabytes (1,000,000 bytes), as are all sizes here. */
  readonly memory: number;
  /** Space for files; undefined: what the place gives by itself. */
  readonly disk?: number | undefined;
  /** Size of `/dev/shm`; undefined: what the place gives by itself. */
  readonly sharedMemory?: number | undefined;
}
