// What is known of a program's variables and of the objects that it makes, each by the place where it is made.
import type { Heap, Platform } from './platform.ts'
import type { Node } from './program.ts'
import { anyOf, either, NOTHING, ofText, type Taint, tainted, type Value, whose } from './value.ts'

const MOST_HELD = 200

export class Store implements Heap {
  readonly #names = new Map<string, Value>()
  readonly #fields = new Map<string, Map<string, Value>>()
  readonly #ids = new WeakMap<Node, string>()
  /** What names of the platform are tainted with by themselves. */
  readonly #given = new Map<string, readonly Taint[]>()
  readonly #platform: Pick<Platform, 'taints'>
  /** Taints of what objects hold. */
  readonly #held = new Map<string, Set<Taint>>()
  #made = 0
  /** Whether anything was learned since this was set to false. */
  grew = false

  constructor(platform: Pick<Platform, 'taints'>) {
    this.#platform = platform
  }

  get(name: string): Value | undefined {
    return this.#names.get(name)
  }

  /** Adds to what the name may be. */
  set(name: string, value: Value): void {
    const before = this.#names.get(name) ?? NOTHING
    const after = either(before, value)
    if (after === before) return
    this.#names.set(name, after)
    this.grew = true
  }

  /** Forgets what names were for the time of `run`, then knows both. */
  apart<T>(names: readonly string[], run: () => T): T {
    const before = names.map((name) => this.#names.get(name))
    const grew = this.grew
    for (const name of names) this.#names.delete(name)
    const result = run()
    this.grew = grew
    names.forEach((name, i) => {
      const now = this.#names.get(name)
      if (before[i]) this.#names.set(name, before[i])
      else this.#names.delete(name)
      if (now) this.set(name, now)
    })
    return result
  }

  fields(object: string): ReadonlyMap<string, Value> | undefined {
    return this.#fields.get(object)
  }

  setField(object: string, key: string, value: Value): void {
    let fields = this.#fields.get(object)
    if (!fields) {
      fields = new Map()
      this.#fields.set(object, fields)
    }
    this.#hold(object, value)
    const before = fields.get(key)
    const after = before ? either(before, value) : value
    if (after === before) return
    fields.set(key, after)
    this.grew = true
  }

  /** The object that is made where the node stands. */
  object(node: Node, fields: readonly [string, Value][]): Value {
    let id = this.#ids.get(node)
    if (!id) {
      id = `object#${this.#made++}`
      this.#ids.set(node, id)
    }
    for (const [key, value] of fields) this.setField(id, key, value)
    if (!this.#fields.has(id)) this.#fields.set(id, new Map())
    return whose({ objects: new Set([id]) })
  }

  items(value: Value): readonly Value[] | undefined {
    if (value.objects.size !== 1) return undefined
    const fields = this.#fields.get([...value.objects][0]!)
    if (!fields?.has('0') || fields.size > 5_000) return undefined
    const items: Value[] = []
    for (let i = 0; i < fields.size; i++) {
      const item = fields.get(String(i))
      if (!item) return undefined
      items.push(item)
    }
    return items
  }

  list(items: readonly Value[]): Value {
    const id = `made#${this.#made++ % 10_000}`
    this.#fields.set(id, new Map(items.map((item, i) => [String(i), item])))
    this.#held.set(id, new Set(items.flatMap((item) => [...this.taints(item)])))
    return whose({ objects: new Set([id]) })
  }

  taints(value: Value): ReadonlySet<Taint> {
    if (value.objects.size === 0) return this.#ownTaints(value)
    const all = new Set(this.#ownTaints(value))
    for (const object of value.objects) for (const taint of this.#held.get(object) ?? []) all.add(taint)
    return all
  }

  /** An object has the taints of what is put into it; of what that holds in turn, one level more with each pass. */
  #hold(object: string, value: Value): void {
    const taints = this.taints(value)
    if (taints.size === 0) return
    const held = this.#held.get(object)
    if (!held) {
      this.#held.set(object, new Set(taints))
      this.grew = true
      return
    }
    const before = held.size
    for (const taint of taints) held.add(taint)
    if (held.size > before) this.grew = true
  }

  #ownTaints(value: Value): ReadonlySet<Taint> {
    if (value.apis.size === 0) return value.taints
    const all = new Set(value.taints)
    for (const api of value.apis) {
      let given = this.#given.get(api)
      if (!given) {
        given = this.#platform.taints(api)
        this.#given.set(api, given)
      }
      for (const taint of given) all.add(taint)
    }
    return all
  }

  /** Texts of the value and of all that it holds. */
  texts(value: Value): string[] {
    return [...this.#gather(value, (one) => one.texts)]
  }

  /** Names of the platform in the value and in all that it holds. */
  apis(value: Value): string[] {
    return [...this.#gather(value, (one) => one.apis)]
  }

  /** Taints of the value without what stands in fields of these names. */
  taintsBeside(value: Value, fields: RegExp): ReadonlySet<Taint> {
    return this.#gather(value, (one) => this.#ownTaints(one), fields)
  }

  /** Of a value and what it holds, each object once. */
  #gather<T>(value: Value, of: (value: Value) => Iterable<T>, beside?: RegExp): Set<T> {
    const all = new Set<T>(of(value))
    const seen = new Set(value.objects)
    // A set goes on over what is added to it meanwhile.
    for (const object of seen) {
      if (seen.size > MOST_HELD) break
      for (const [key, field] of this.#fields.get(object) ?? []) {
        if (beside?.test(key)) continue
        for (const one of of(field)) all.add(one)
        for (const inner of field.objects) seen.add(inner)
      }
    }
    return all
  }

  field(value: Value, key: string): Value {
    return anyOf([...value.objects].map((object) => this.#fields.get(object)?.get(key) ?? NOTHING))
  }

  /** With the taints of all that it holds. */
  deep(value: Value): Value {
    return tainted(value, ...this.taints(value))
  }

  join(parts: readonly Value[]): Value {
    let texts = ['']
    let known = 0
    for (const part of parts) {
      const of = [...part.texts].slice(0, 8)
      if (of.some((text) => text !== '')) known++
      texts = (of.length === 0 ? ['…'] : of)
        .flatMap((text) => texts.map((before) => before + text))
        .slice(0, 16)
    }
    const whole = texts.filter((text) => !/^…*$/.test(text))
    const taints = parts.flatMap((part) => [...this.taints(part)])
    const assembled = known > 1 && whole.some((text) => !text.includes('…'))
    return tainted(ofText(...whole), ...taints, ...(assembled ? (['assembled'] as const) : []))
  }
}
