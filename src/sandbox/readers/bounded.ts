// Zod gathers an issue for each wrong element: of a report with millions of them, gigabytes. These stop at the first.
import { z } from 'zod'

export const list = <T extends z.ZodType>(element: T) =>
  z.array(z.unknown()).transform((values, ctx) => {
    const parsed: z.output<T>[] = []
    for (const [at, value] of values.entries()) {
      const one = element.safeParse(value)
      if (!one.success) return refuse(ctx, at, one.error)
      parsed.push(one.data)
    }
    return parsed
  })

/** An object whose keys all match. */
export const dictionary = <T extends z.ZodType>(key: RegExp, element: T) =>
  z
    .custom<Record<string, unknown>>((value) => typeof value === 'object' && value !== null)
    .transform((value, ctx) => {
      const parsed: Record<string, z.output<T>> = {}
      for (const [at, inner] of Object.entries(value)) {
        const one = element.safeParse(key.test(at) ? inner : undefined)
        if (!one.success) return refuse(ctx, at.slice(0, 80), one.error)
        parsed[at] = one.data
      }
      return parsed
    })

function refuse(ctx: z.RefinementCtx, at: PropertyKey, error: z.ZodError): never {
  const issue = error.issues[0]!
  ctx.addIssue({ code: 'custom', path: [at, ...issue.path], message: issue.message })
  return z.NEVER
}
