/** Names the state of the sources from which this page was built. */
declare const __BUILD__: string;
