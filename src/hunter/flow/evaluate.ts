// Follows values through one program until nothing new is learned of them, and lists what the program does with them.
import { type Around, Calls, LONGEST_NAME } from './calls.ts'
import { Functions } from './functions.ts'
import type { Act, Platform } from './platform.ts'
import type { FunctionOf, Node } from './program.ts'
import { Store } from './store.ts'
import { anyOf, either, NOTHING, ofApi, ofText, onlyTaints, tainted, type Value, whose } from './value.ts'

export interface Deed {
  readonly act: Act
  readonly api: string
  readonly line: number
  readonly self: Value
  /** With the taints of all that they hold. */
  readonly args: readonly Value[]
  readonly named: ReadonlyMap<string, Value>
  /** Functions around it, innermost last. */
  readonly within: readonly FunctionOf[]
}

const PASSES = 6
/** Evaluations of one program, all passes together. */
const BUDGET = 1_000_000

export class Evaluation implements Around {
  readonly store: Store
  readonly #platform: Platform
  readonly #functions: Functions
  readonly #calls: Calls
  #spent = 0
  #deeds: Deed[] = []

  constructor(platform: Platform) {
    this.#platform = platform
    this.store = new Store(platform)
    this.#functions = new Functions(
      this.store,
      (node) => this.value(node),
      () => this.#spent,
    )
    this.#calls = new Calls(platform, this.store, this.#functions, this)
  }

  /** Throws where the program is too large to be followed: what was not followed was not looked at. */
  run(program: readonly Node[]): readonly Deed[] {
    for (let pass = 0; pass < PASSES; pass++) {
      this.store.grew = false
      this.#deeds = []
      for (const node of program) this.value(node)
      if (!this.store.grew) break
    }
    return this.#deeds
  }

  value(node: Node): Value {
    if (++this.#spent > BUDGET) throw new RangeError('too large to be followed')
    switch (node.kind) {
      case 'text':
        return node.hidden ? tainted(ofText(node.text), 'assembled') : ofText(node.text)
      case 'number':
        return ofText(String(node.number))
      case 'name':
        return this.#named(node)
      case 'member':
        return this.member(this.value(node.of), this.value(node.key), node.line)
      case 'join':
        return this.store.join(node.parts.map((part) => this.value(part)))
      case 'list':
        return this.store.object(
          node,
          node.items.map((item, i) => [String(i), this.value(item)]),
        )
      case 'record':
        return this.store.object(
          node,
          node.entries.flatMap(({ key, value }) => {
            const what = this.value(value)
            const keys = [...this.value(key).texts]
            return (keys.length > 0 ? keys : ['*']).map((k): [string, Value] => [k, what])
          }),
        )
      case 'function':
        this.#functions.enter(node)
        return whose({ functions: new Set([node]) })
      case 'assign': {
        const value = this.value(node.value)
        this.#assign(node.to, value)
        return value
      }
      case 'compare': {
        const sides = [this.value(node.left), this.value(node.right)]
        this.does('compares', '', node.line, NOTHING, sides)
        return NOTHING
      }
      case 'any':
        return anyOf(node.of.map((one) => this.value(one)))
      case 'call':
        return this.#calls.call(node)
    }
  }

  #named(node: Node & { kind: 'name' }): Value {
    const known = this.store.get(node.name)
    const global = this.#platform.global(node.name)
    const value = known && global ? either(known, global) : (known ?? global ?? NOTHING)
    if (node.hidden) for (const api of value.apis) this.hides(api, node.line)
    return value
  }

  member(self: Value, key: Value, line: number): Value {
    const found: Value[] = [onlyTaints(self)]
    if (self.apis.has('Proxy()'))
      for (const fn of this.store.field(self, 'get').functions)
        found.push(this.#functions.call(fn, [NOTHING, key]))
    for (const object of self.objects) {
      const fields = this.store.fields(object)
      if (!fields) continue
      if (key.texts.size === 0) found.push(...fields.values())
      else for (const text of key.texts) found.push(fields.get(text) ?? NOTHING)
      found.push(fields.get('*') ?? NOTHING)
    }
    const hidden = key.taints.has('assembled') || key.taints.has('decoded')
    for (const text of key.texts) {
      const own = this.#platform.member(self, text)
      if (own) found.push(own)
      for (const api of self.apis) {
        const name = this.#platform.canonical(`${api}.${text}`)
        if (hidden) this.hides(name, line)
        if (name.length < LONGEST_NAME) found.push(ofApi(name))
        found.push(this.store.fields(`api:${api}`)?.get(text) ?? NOTHING)
      }
      const items =
        /^\d+$/.test(text) && self.texts.size > 0 ? [...self.texts].map((t) => t[Number(text)]) : []
      found.push(ofText(...items.filter((t) => t !== undefined)))
    }
    if (key.texts.size === 0)
      for (const api of self.apis) {
        found.push(
          ofApi(this.#platform.canonical(`${api}.?`)),
          whose({ taints: new Set(this.#platform.taints(api)) }),
        )
        if (key.taints.has('decoded') && this.#platform.holdsFunctions(api)) this.hides(api, line)
      }
    return anyOf(found)
  }

  hides(api: string, line: number): void {
    if (this.#platform.sensitive(api)) this.does('hides a name', api, line, NOTHING, [])
  }

  #assign(to: Node, value: Value): void {
    if (to.kind === 'name') {
      this.store.set(to.name, value)
      // A global that is replaced: `fetch = …`.
      for (const api of this.#platform.global(to.name)?.apis ?? [])
        this.does('patches', api, to.line, NOTHING, [value])
      return
    }
    if (to.kind !== 'member') return void this.value(to)
    const self = this.value(to.of)
    const key = this.value(to.key)
    const keys = key.texts.size > 0 ? [...key.texts] : ['*']
    for (const text of keys) {
      for (const object of self.objects) this.store.setField(object, text, value)
      for (const api of self.apis) {
        const name = this.#platform.canonical(`${api}.${text}`)
        const effect = this.#platform.effect(`${name}=`)
        if (effect?.act) this.does(effect.act, name, to.line, self, [value])
        else this.does('patches', name, to.line, self, [value])
        this.store.setField(`api:${api}`, text, value)
      }
      if (value.functions.size > 0 && text.startsWith('on'))
        this.#functions.hand(
          value,
          tainted(onlyTaints(this.store.deep(self)), ...this.#platform.event(text.slice(2))),
        )
    }
  }

  does(
    act: Act,
    api: string,
    line: number,
    self: Value,
    args: readonly Value[],
    named: ReadonlyMap<string, Value> = new Map(),
  ): void {
    this.#deeds.push({
      act,
      api,
      line,
      self,
      args: args.map((arg) => this.store.deep(arg)),
      named: new Map([...named].map(([name, value]) => [name, this.store.deep(value)])),
      within: [...this.#functions.within],
    })
  }
}
