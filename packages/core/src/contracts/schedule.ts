/**
 * When a deployed flow starts by itself: the attributes of the decorator `schedule` in a graph. Deployers read them
 * from there; what their target cannot do, they refuse. A local run takes no notice.
 */
export interface ScheduleRequest {
  /**
   * Five fields with numbers alone: minute, hour, day of the month, month, day of the week from 0, which is Sunday.
   * Where both days are told, either will do. What these cannot say stands in six fields: days of the week count from
   * 1, the last field is the year, and there may be `L`, `W` and `#`. Null: no schedule.
   */
  readonly cron: string | null;
  /** IANA name of the zone whose clocks are meant. */
  readonly timezone: string;
}
