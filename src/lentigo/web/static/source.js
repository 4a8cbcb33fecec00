// Who answers: this browser. In the folder of `lentigo export --web` this file lies in the place of the page's own.

export { Here as Source } from "../../here/here.js";
