// For `grace demo weak`: an index on the column that nobody asks for.
import { writeFileSync } from 'node:fs'

writeFileSync('migrations/002_index_users_name.sql', 'CREATE INDEX users_name ON users (name);\n')
writeFileSync('migrations/002_index_users_name.down.sql', 'DROP INDEX users_name;\n')
console.log('index on users (name)')
