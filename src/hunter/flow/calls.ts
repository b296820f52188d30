// Calls: of the program's own functions, of the platform's, and of methods of which only the name is known.
import type { Functions } from './functions.ts'
import type { Act, Platform } from './platform.ts'
import type { Node } from './program.ts'
import type { Store } from './store.ts'
import { READS_CREDENTIALS } from './texts.ts'
import { anyOf, either, NOTHING, onlyTaints, type Value, whose } from './value.ts'

export const LONGEST_NAME = 100
const MOST_MAPPED = 500
const PASS_ON = new Set([
  'then',
  'map',
  'flatMap',
  'forEach',
  'on',
  'once',
  'addListener',
  'filter',
  'reduce',
  'replace',
  'catch',
  'finally',
])
const PUTS_IN = new Set([
  'push',
  'append',
  'set',
  'add',
  'file',
  'attach',
  'extend',
  'update',
  'unshift',
  'write',
])
const PUTS_OUT = new Set(['save', 'dump', 'export', 'tofile'])

/** What calls need of the evaluation around them. */
export interface Around {
  value(node: Node): Value
  member(self: Value, key: Value, line: number): Value
  does(
    act: Act,
    api: string,
    line: number,
    self: Value,
    args: readonly Value[],
    named?: ReadonlyMap<string, Value>,
  ): void
  hides(api: string, line: number): void
}

export class Calls {
  readonly #platform: Platform
  readonly #store: Store
  readonly #functions: Functions
  readonly #of: Around

  constructor(platform: Platform, store: Store, functions: Functions, of: Around) {
    this.#platform = platform
    this.#store = store
    this.#functions = functions
    this.#of = of
  }

  call(node: Node & { kind: 'call' }): Value {
    const { callee } = node
    const args = node.args.map((arg) => this.#of.value(arg))
    const named = new Map((node.named ?? []).map(({ name, value }) => [name, this.#of.value(value)]))
    const self = callee.kind === 'member' ? this.#of.value(callee.of) : NOTHING
    const key = callee.kind === 'member' ? this.#of.value(callee.key) : NOTHING
    for (const how of key.texts) {
      if (self.apis.size === 0 && self.functions.size === 0) break
      if (how === 'bind') return self.apis.has('Function.prototype.call') ? (args[0] ?? NOTHING) : self
      if (how === 'call') return this.#invoke(self, NOTHING, args.slice(1), named, node.line)
      if (how === 'apply')
        return this.#invoke(
          self,
          NOTHING,
          this.#store.items(args[1] ?? NOTHING) ?? [args[1] ?? NOTHING],
          named,
          node.line,
        )
    }
    const target = callee.kind === 'member' ? this.#of.member(self, key, node.line) : this.#of.value(callee)
    const results = [this.#invoke(target, self, args, named, node.line)]
    if (callee.kind === 'member') {
      for (const text of key.texts) results.push(this.#method(text, self, args, node.line))
      if (key.texts.size === 0) results.push(whose({ taints: this.#store.taints(anyOf([self, ...args])) }))
    } else if (target.apis.size === 0 && target.functions.size === 0) {
      const flows = whose({
        taints: new Set([...target.taints, ...args.flatMap((arg) => [...this.#store.taints(arg)])]),
      })
      for (const arg of args) this.#functions.hand(arg, flows)
      results.push(flows)
    }
    return anyOf(results)
  }

  #method(key: string, self: Value, args: readonly Value[], line: number): Value {
    if (key === 'pipe') this.#of.does('pipes', '', line, self, args)
    const folded = this.#mapped(key, self, args) ?? this.#platform.method(key, self, args, this.#store)
    // A method of the environment gives one variable, or says so itself.
    const own = [...this.#store.taints(self)].filter(
      (taint) => taint !== 'environment' || self.taints.has(taint),
    )
    const of = [own, ...args.map((arg) => this.#store.taints(arg))]
    const first = args[0]?.texts ?? []
    const events = [...first].flatMap((name) => [...this.#platform.event(name)])
    const flows = whose({ taints: new Set([...of.flatMap((taints) => [...taints]), ...events]) })
    const items = this.#store.items(self)
    for (const arg of args) {
      // What is awaited is what it will be: promises are followed as their values.
      this.#functions.hand(
        arg,
        anyOf([flows, items ? anyOf(items.slice(0, 50)) : NOTHING, key === 'then' ? self : NOTHING]),
      )
      if (PASS_ON.has(key) && arg.apis.size > 0)
        this.#invoke(arg, NOTHING, [either(flows, items ? anyOf(items) : NOTHING)], new Map(), line)
    }
    const results = [folded ?? flows]
    if (PASS_ON.has(key))
      for (const arg of args) for (const fn of arg.functions) results.push(this.#functions.result(fn))
    if (PUTS_IN.has(key))
      for (const object of self.objects) for (const arg of args) this.#store.setField(object, '*', arg)
    if (PUTS_OUT.has(key))
      for (const arg of args)
        for (const object of arg.objects)
          this.#store.setField(object, '*', onlyTaints(this.#store.deep(self)))
    return anyOf(results)
  }

  /** `xs.map(f)` of a known list, one by one: how texts are decoded. */
  #mapped(key: string, self: Value, args: readonly Value[]): Value | undefined {
    const items = key === 'map' ? this.#store.items(self) : undefined
    const fns = [...(args[0]?.functions ?? [])]
    if (!items || items.length > MOST_MAPPED || fns.length !== 1) return undefined
    return this.#store.list(items.map((item) => this.#functions.call(fns[0]!, [item])))
  }

  #invoke(
    target: Value,
    self: Value,
    args: readonly Value[],
    named: ReadonlyMap<string, Value>,
    line: number,
  ): Value {
    const results = [...target.functions].map((fn) => this.#functions.call(fn, args))
    for (const api of target.apis) results.push(this.#api(api, self, args, named, line))
    return anyOf(results)
  }

  #api(
    api: string,
    self: Value,
    args: readonly Value[],
    named: ReadonlyMap<string, Value>,
    line: number,
  ): Value {
    if (api.length > LONGEST_NAME) return NOTHING
    const effect = this.#platform.effect(api)
    if (effect?.act) this.#of.does(effect.act, api, line, self, args, named)
    const folded = this.#platform.fold(api, args, this.#store, self)
    const flows = [self, ...args, ...named.values()].flatMap((one) => [...this.#store.taints(one)])
    const handed = whose({
      taints: new Set(effect?.hands ?? effect?.gives ?? flows),
      apis: new Set(effect?.handsOver ? [effect.handsOver] : []),
    })
    for (const arg of [...args, ...named.values()]) this.#functions.hand(arg, handed)
    if (folded)
      for (const hidden of folded.apis)
        if (args.some((arg) => arg.taints.has('assembled') || arg.taints.has('decoded')))
          this.#of.hides(hidden, line)
    if (effect) {
      // What it was made from stays known: the host of a request, the path of a stream.
      const keeps = effect.is !== undefined && effect.is !== 'Process'
      const texts =
        effect.text === undefined
          ? effect.is
            ? [self, ...args].flatMap((arg) => this.#store.texts(arg))
            : []
          : [effect.text]
      const reads = effect.act === 'runs a command' && READS_CREDENTIALS.test(texts.join(' '))
      return anyOf([
        whose({
          taints: new Set([
            ...(effect.gives ?? []),
            ...(keeps ? flows : []),
            ...(reads ? (['credentials'] as const) : []),
          ]),
          apis: new Set(
            effect.is ? [effect.is] : api.includes('()') ? [] : [this.#platform.canonical(`${api}()`)],
          ),
          texts: new Set(texts.slice(0, 50)),
        }),
        folded ?? NOTHING,
      ])
    }
    return (
      folded ??
      // What is put into it later is kept where it was made: a form that is filled in.
      whose({
        // What a result of a result is called says nothing any more.
        apis: new Set(api.includes('()') ? [] : [this.#platform.canonical(`${api}()`)]),
        taints: new Set(flows),
        objects: new Set([`${api}()@${line}`]),
      })
    )
  }
}
