// @asyncapi/parser's word on a document: exit status 1 and its errors, or what is in it.
import {createRequire} from "node:module";
import {readFileSync} from "node:fs";

const from = createRequire(process.argv[2] + "/");
const {Parser} = from("@asyncapi/parser");
const {document, diagnostics} = await new Parser().parse(readFileSync(process.argv[3], "utf8"));
const wrong = diagnostics.filter((one) => one.severity === 0);
for (const one of wrong) console.error(`${one.path.join(".")}: ${one.message}`);
if (wrong.length > 0 || !document) process.exit(1);
const told = document.channels().all().map((channel) => ({
  address: channel.address(),
  messages: channel.messages().all().map((message) => message.name()),
}));
console.log(JSON.stringify({version: document.version(), channels: told}));
