// Who answers: the server that gave out this page. In a folder of `lentigo export --web` another file lies here.

export { Server as Source } from "./server.js";
