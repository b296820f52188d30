// Functions, classes and loops in brackets.
import type { SyntaxNode } from '@lezer/common'
import type { FunctionOf, NamedArgument, Node } from '../flow/program.ts'
import { isKeyMaterial } from '../flow/texts.ts'
import type { Reading } from './reading.ts'
import { childrenOf, isExpression } from './tree.ts'

/** What definitions need of the lowering around them. */
export interface Lowers {
  readonly reading: Reading
  lower(node: SyntaxNode): Node
  assign(targets: readonly SyntaxNode[], value: Node, line: number): Node
}

/** `[f(x) for x in xs]` is followed as `xs.map(x => f(x))`. */
export function comprehensionOf(of: Lowers, parts: readonly SyntaxNode[], line: number): Node {
  const from = parts.findIndex(({ name }) => name === 'for')
  const to = parts.findIndex(({ name }, i) => i > from && name === 'in')
  const targets = parts.slice(from + 1, to).filter(isExpression)
  const [over, ...rest] = parts.slice(to + 1).filter(isExpression)
  if (!over) return { kind: 'any', of: [], line }
  const given: Node & { kind: 'name' } = { kind: 'name', name: of.reading.fresh(), line }
  const result = of.reading.fresh('·return')
  const body: Node[] = [
    of.assign(targets, given, line),
    // Loops inside, and conditions.
    ...rest.map((part) => of.lower(part)),
    {
      kind: 'assign',
      to: { kind: 'name', name: result, line },
      value: {
        kind: 'any',
        of: parts
          .slice(0, from)
          .filter(isExpression)
          .map((part) => of.lower(part)),
        line,
      },
      line,
    },
  ]
  const locals = targets
    .filter(({ name }) => name === 'VariableName')
    .map((target) => of.reading.scopes.resolve(of.reading.text(target)))
  const fn: FunctionOf = {
    kind: 'function',
    result,
    params: [given.name],
    rest: undefined,
    locals,
    body,
    line,
  }
  return {
    kind: 'call',
    callee: { kind: 'member', of: of.lower(over), key: { kind: 'text', text: 'map', line }, line },
    args: [fn],
    line,
  }
}

export function functionOf(of: Lowers, node: SyntaxNode, line: number): Node {
  const parts = childrenOf(node)
  const result = of.reading.fresh('·return')
  const list = parts.find(({ name }) => name === 'ParamList')
  const given = list
    ? childrenOf(list).filter(({ name }) => !/^[(),]$/.test(name) && name !== 'TypeDef' && name !== 'Comment')
    : []
  const params: { name: string; initial?: SyntaxNode; rest: boolean }[] = []
  given.forEach((part, i) => {
    if (part.name !== 'VariableName' || given[i - 1]?.name === 'AssignOp') return
    const initial = given[i + 1]?.name === 'AssignOp' ? given[i + 2] : undefined
    params.push({
      name: of.reading.text(part),
      rest: /^\*/.test(given[i - 1]?.name ?? ''),
      ...(initial ? { initial } : {}),
    })
  })
  const inClass = of.reading.classes.length > 0 && /^(?:self|cls)$/.test(params[0]?.name ?? '')
  const body = parts.at(-1)!
  const names = of.reading.assignedIn(body)
  for (const param of params) names.add(param.name)
  if (inClass) names.delete(params.shift()!.name)
  const fn = of.reading.scopes.within(names, (): FunctionOf => {
    of.reading.results.push(result)
    const own = params.filter(({ rest }) => !rest).map(({ name }) => of.reading.scopes.resolve(name))
    const rest = params.find((param) => param.rest)
    const steps: Node[] = params.flatMap((param): Node[] => {
      const to: Node = { kind: 'name', name: of.reading.scopes.resolve(param.name), line }
      const more: Node[] = param.initial ? [of.lower(param.initial)] : []
      if (isKeyMaterial(param.name)) more.push({ kind: 'name', name: '·private key', line })
      return more.map((value): Node => ({ kind: 'assign', to, value, line }))
    })
    const last =
      node.name === 'LambdaExpression'
        ? [
            {
              kind: 'assign',
              to: { kind: 'name', name: result, line },
              value: of.lower(body),
              line,
            } as Node,
          ]
        : [of.lower(body)]
    of.reading.results.pop()
    return {
      kind: 'function',
      result,
      params: own,
      rest: rest && of.reading.scopes.resolve(rest.name),
      locals: [...names].map((one) => of.reading.scopes.resolve(one)),
      body: [...steps, ...last],
      line,
    }
  })
  const named =
    node.name === 'FunctionDefinition' ? parts.find(({ name }) => name === 'VariableName') : undefined
  return named
    ? {
        kind: 'assign',
        to: { kind: 'name', name: of.reading.scopes.resolve(of.reading.text(named)), line },
        value: fn,
        line,
      }
    : fn
}

/** A call of the class gives its one instance, as all instances are followed as one. */
export function classOf(of: Lowers, parts: readonly SyntaxNode[], line: number): Node {
  const self = of.reading.fresh('·this')
  const me: Node = { kind: 'name', name: self, line }
  const list = parts.find(({ name }) => name === 'ArgList')
  const bases = list ? argsOf(of, childrenOf(list)).args : []
  const body = parts.find(({ name }) => name === 'Body')
  const steps: Node[] = [
    {
      kind: 'assign',
      to: me,
      value: { kind: 'any', of: [{ kind: 'record', entries: [], line }, ...bases], line },
      line,
    },
  ]
  of.reading.classes.push(self)
  if (body)
    of.reading.scopes.within(of.reading.assignedIn(body), () => {
      for (const member of childrenOf(body).filter(isExpression)) {
        steps.push(of.lower(member))
      }
      for (const name of of.reading.assignedIn(body))
        steps.push({
          kind: 'assign',
          to: { kind: 'member', of: me, key: { kind: 'text', text: name, line }, line },
          value: { kind: 'name', name: of.reading.scopes.resolve(name), line },
          line,
        })
    })
  of.reading.classes.pop()
  const result = of.reading.fresh('·return')
  const init: Node = { kind: 'member', of: me, key: { kind: 'text', text: '__init__', line }, line }
  const given = of.reading.fresh()
  const make: FunctionOf = {
    kind: 'function',
    result,
    params: [],
    rest: given,
    locals: [],
    body: [
      { kind: 'call', callee: init, args: [{ kind: 'name', name: given, line }], line },
      { kind: 'assign', to: { kind: 'name', name: result, line }, value: me, line },
    ],
    line,
  }
  const named = parts.find(({ name }) => name === 'VariableName')
  const value: Node = { kind: 'any', of: [...steps, make], line }
  return named
    ? {
        kind: 'assign',
        to: { kind: 'name', name: of.reading.scopes.resolve(of.reading.text(named)), line },
        value,
        line,
      }
    : value
}

export function argsOf(of: Lowers, parts: readonly SyntaxNode[]): { args: Node[]; named: NamedArgument[] } {
  const args: Node[] = []
  const named: NamedArgument[] = []
  const inner = parts.filter(({ name }) => !/^[(),]$/.test(name) && name !== 'Comment')
  const loop = inner.findIndex(({ name }) => name === 'for')
  // A generator that is the only argument has no node of its own.
  if (loop > 0) return { args: [comprehensionOf(of, inner, of.reading.line(inner[0]!))], named }
  for (let i = 0; i < inner.length; i++) {
    const part = inner[i]!
    if (inner[i + 1]?.name === 'AssignOp' && inner[i + 2]) {
      named.push({ name: of.reading.text(part), value: of.lower(inner[i + 2]!) })
      i += 2
    } else if (isExpression(part)) args.push(of.lower(part))
  }
  return { args, named }
}
