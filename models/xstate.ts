/** The xstate that our charts are made of: a chart of other people must be made of the same. */
export * from "xstate";
