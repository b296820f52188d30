// Functions of the program itself: followed where they stand, and for what they are called with.
import type { FunctionOf, Node } from './program.ts'
import type { Store } from './store.ts'
import { anyOf, NOTHING, type Value } from './value.ts'

const DEPTH = 3
/** Evaluations that go into following functions for each of their calls; then once for all of them. */
const BUDGET = 8_000

export class Functions {
  /** Those around what is evaluated now, innermost last. */
  readonly within: FunctionOf[] = []
  readonly #running = new Set<FunctionOf>()
  readonly #store: Store
  readonly #evaluate: (node: Node) => Value
  readonly #spent: () => number
  #inlined = 0

  constructor(store: Store, evaluate: (node: Node) => Value, spent: () => number) {
    this.#store = store
    this.#evaluate = evaluate
    this.#spent = spent
  }

  /** What it gave, over all calls. */
  result(fn: FunctionOf): Value {
    return this.#store.get(fn.result) ?? NOTHING
  }

  /** Everything inside is evaluated once where it stands, whoever calls it. */
  enter(fn: FunctionOf): void {
    if (this.#running.has(fn)) return
    this.#running.add(fn)
    this.within.push(fn)
    for (const node of fn.body) this.#evaluate(node)
    this.within.pop()
    this.#running.delete(fn)
  }

  call(fn: FunctionOf, args: readonly Value[]): Value {
    fn.params.forEach((name, i) => {
      if (args[i]) this.#store.set(name, args[i])
    })
    if (fn.rest && args.length > fn.params.length)
      this.#store.set(fn.rest, this.#store.deep(anyOf(args.slice(fn.params.length))))
    return this.#alone(fn, args)
  }

  /** Its result for these arguments alone, so that a decoder is followed for each text that it is given. */
  #alone(fn: FunctionOf, args: readonly Value[]): Value {
    const known = args.some((arg) => arg.texts.size > 0 || arg.apis.size > 0)
    if (!known || this.#inlined > BUDGET || this.#running.has(fn) || this.within.length >= DEPTH)
      return this.result(fn)
    return this.#store.apart([...fn.locals, ...fn.params, fn.result], () => {
      fn.params.forEach((name, i) => {
        if (args[i]) this.#store.set(name, args[i])
      })
      const spent = this.#spent()
      this.enter(fn)
      this.#inlined += this.#spent() - spent
      return this.result(fn)
    })
  }

  /** Gives a value to every parameter of functions, as the platform would. */
  hand(value: Value, what: Value): void {
    for (const fn of value.functions) {
      for (const name of fn.params) this.#store.set(name, what)
      if (fn.rest) this.#store.set(fn.rest, what)
    }
  }
}
