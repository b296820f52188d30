// Which variable a name means. Blocks count as part of their function: two variables of one function that share a name are
// followed as one, which errs on the side of seeing more.

type Syntax = { readonly type: string; readonly [field: string]: unknown }

const isSyntax = (value: unknown): value is Syntax =>
  typeof value === 'object' && value !== null && typeof (value as Syntax).type === 'string'

/** The parts of a node, in the order of the source. */
export function* partsOf(node: Syntax): Generator<Syntax> {
  for (const [field, value] of Object.entries(node)) {
    if (
      field === 'parent' ||
      field === 'typeAnnotation' ||
      field === 'typeArguments' ||
      field === 'returnType'
    )
      continue
    if (Array.isArray(value)) yield* value.filter(isSyntax)
    else if (isSyntax(value)) yield value
  }
}

const OPENS_SCOPE = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'])

/** Names that a pattern binds. */
export function boundBy(pattern: Syntax | null | undefined): string[] {
  switch (pattern?.type) {
    case 'Identifier':
      return [pattern.name as string]
    case 'ObjectPattern':
      return (pattern.properties as Syntax[]).flatMap((p) => boundBy((p.value ?? p.argument) as Syntax))
    case 'ArrayPattern':
      return (pattern.elements as (Syntax | null)[]).flatMap(boundBy)
    case 'AssignmentPattern':
      return boundBy(pattern.left as Syntax)
    case 'RestElement':
      return boundBy(pattern.argument as Syntax)
    case 'TSParameterProperty':
      return boundBy(pattern.parameter as Syntax)
    default:
      return []
  }
}

/** Names that statements declare, not counting those of functions inside. */
export function declaredIn(nodes: readonly Syntax[]): Set<string> {
  const names = new Set<string>()
  const visit = (node: Syntax): void => {
    if (node.type === 'VariableDeclarator') for (const name of boundBy(node.id as Syntax)) names.add(name)
    else if (node.type === 'CatchClause') for (const name of boundBy(node.param as Syntax)) names.add(name)
    else if (/^Import(?:Default|Namespace)?Specifier$/.test(node.type))
      names.add((node.local as Syntax).name as string)
    else if (
      node.type === 'FunctionDeclaration' ||
      node.type === 'ClassDeclaration' ||
      node.type === 'TSEnumDeclaration'
    ) {
      if (isSyntax(node.id)) names.add(node.id.name as string)
    }
    if (OPENS_SCOPE.has(node.type)) return
    for (const part of partsOf(node)) visit(part)
  }
  nodes.forEach(visit)
  return names
}
