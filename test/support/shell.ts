// A shell in which git has an author and nobody's configuration.
import { execFileSync } from 'node:child_process'

/** Runs commands in `directory`; returns what they print, trimmed. Throws where one fails. */
export const shellIn =
  (directory: string, home: string) =>
  (command: string): string =>
    execFileSync('/bin/sh', ['-c', command], {
      cwd: directory,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH ?? '',
        HOME: home,
        GIT_AUTHOR_NAME: 'a',
        GIT_AUTHOR_EMAIL: 'a@example.com',
        GIT_COMMITTER_NAME: 'a',
        GIT_COMMITTER_EMAIL: 'a@example.com',
      },
    }).trim()
