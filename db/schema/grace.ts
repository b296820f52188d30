// The schema everything of Grace's own lives in, and the column types that its tables share.
import { customType, jsonb, pgSchema, timestamp } from '../drizzle.ts'

export const grace = pgSchema('grace')

export const bytea = customType<{ data: Uint8Array; driverData: Buffer }>({
  dataType: () => 'bytea',
  toDriver: (value) => Buffer.from(value),
  fromDriver: (value) => new Uint8Array(value),
})

export const at = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })
export const json = <T>(name: string) => jsonb(name).$type<T>()
