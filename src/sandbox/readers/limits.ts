/** Of any report; the sandbox does not hand out a larger file either. */
export const MOST_CHARACTERS = 16 * 1024 * 1024
/** Elements of XML or subtests in each other. */
export const MOST_DEEP = 100
