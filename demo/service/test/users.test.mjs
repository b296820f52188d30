import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openUsers } from '../src/users.mjs'

const migrations = new URL('../migrations/', import.meta.url).pathname
const open = (options = {}) => openUsers({ file: ':memory:', migrations, count: 1_000, ...options })

test('a user is found by id', () => {
  assert.equal(open().byId(7).email, 'user7@example.com')
})

test('a user is found by e-mail address', () => {
  assert.equal(open().byEmail('user999@example.com').id, 999)
})

test('who is not there is not found', () => {
  const users = open()
  assert.equal(users.byId(5_000), undefined)
  assert.equal(users.byEmail('nobody@example.com'), undefined)
})

test('a slow query is told, without its values', () => {
  const slow = []
  open({ slowMs: -1, onSlow: (query) => slow.push(query) }).byEmail('user1@example.com')
  assert.equal(slow.length, 1)
  assert.match(slow[0].sql, /WHERE email = \?/)
  assert.ok(!JSON.stringify(slow).includes('user1@example.com'))
})

test('the schema is told', () => {
  assert.match(open().schema(), /CREATE TABLE users/)
})
