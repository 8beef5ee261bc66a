/** Why a protocol cannot be explored: what it does and states of the search do not have. */

/** A protocol that relies on something that states of a search forget, or do not have. */
export class NotExplorable extends Error {}

/** The search contradicts itself, or the simulation: a mistake of the search's, or of a protocol that is more than its states. */
export class Disagreement extends Error {}
