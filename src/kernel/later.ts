/** Not now, and nobody's fault: a platform asked to be called again after so long. */
export class Later extends Error {
  override readonly name = 'Later'
  readonly afterMs: number
  constructor(why: string, afterMs: number) {
    super(why)
    this.afterMs = afterMs
  }
}
