// Which variable a name means, by the scopes that are open.

export class Scopes {
  readonly #open: { readonly names: ReadonlySet<string>; readonly id: number }[] = []
  #made = 0

  within<T>(names: ReadonlySet<string>, run: () => T): T {
    this.#open.push({ names, id: this.#made++ })
    try {
      return run()
    } finally {
      this.#open.pop()
    }
  }

  /** The bare name where no scope declares it: a global. */
  resolve(name: string): string {
    const scope = this.#open.findLast(({ names }) => names.has(name))
    return scope ? `${name}#${scope.id}` : name
  }
}
