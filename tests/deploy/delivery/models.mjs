// Reads objects of the kinds that KEDA and the Prometheus operator add, as JSON lines; one line out for each: ok, or why not.
import {createInterface} from "node:readline";
import {pathToFileURL} from "node:url";

const models = `${process.argv[2]}/node_modules/@kubernetes-models`;
const files = {
  ScaledObject: "keda/keda.sh/v1alpha1/ScaledObject.js",
  ServiceMonitor: "prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor.js",
};
for await (const line of createInterface({input: process.stdin})) {
  const object = JSON.parse(line);
  const Kind = (await import(pathToFileURL(`${models}/${files[object.kind]}`)))[object.kind];
  try {
    new Kind(object).validate();
    console.log("ok");
  } catch (error) {
    console.log(String(error).replaceAll("\n", " "));
  }
}
