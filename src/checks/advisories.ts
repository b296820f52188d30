// What is known of packages.

export interface Package {
  /** As OSV names it. */
  readonly ecosystem: 'npm' | 'PyPI' | 'Go' | 'crates.io' | 'Packagist'
  readonly name: string
  readonly version: string
  /** As the lock file says; SPDX if it says it well. */
  readonly licence?: string
}

export interface Advisory {
  readonly id: string
  readonly of: Package
  readonly title: string
  readonly severity: string
}

export type Answer =
  /** `source`: who answered. */
  | { readonly answered: true; readonly source: string; readonly found: readonly Advisory[] }
  /** Nobody did: not checked is not passed. */
  | { readonly answered: false; readonly why: string }

/** Packages that a change brings in. */
export interface ChangedPackages {
  readonly packages: readonly Package[]
  /** Files that change and could not be read, so that nobody knows what they bring. */
  readonly unread: readonly string[]
}
