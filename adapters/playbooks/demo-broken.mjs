// For `grace demo broken`: the first try breaks a look-up; told what failed, it leaves the index alone.
import { readFileSync, writeFileSync } from 'node:fs'

const brief = JSON.parse(readFileSync(0, 'utf8'))
writeFileSync('migrations/002_index_users_email.sql', 'CREATE INDEX users_email ON users (email);\n')
writeFileSync('migrations/002_index_users_email.down.sql', 'DROP INDEX users_email;\n')
if (brief.revision === undefined) {
  const path = 'src/users.mjs'
  const text = readFileSync(path, 'utf8')
  // E-mail addresses are kept as they were written: what is looked up in upper case is never found.
  writeFileSync(path, text.replace('timed(BY_EMAIL, email)', 'timed(BY_EMAIL, email.toUpperCase())'))
  console.log('index on users (email), and look-ups whatever the case')
} else console.log('index on users (email), and nothing else')
