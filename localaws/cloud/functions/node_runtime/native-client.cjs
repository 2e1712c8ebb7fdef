// Replaces aws-lambda-ric's native HTTP client, which needs a C++ toolchain to build.
// It uses one connection, so a response always leaves before the next invocation is requested.
"use strict";
const http = require("node:http");
const Module = require("node:module");

const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(":");
const base = "/2018-06-01/runtime/invocation/";

function call(method, path, body, headers) {
  return new Promise((resolve, reject) => {
    const request = http.request({ agent, host, port, method, path: base + path, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk) => (text += chunk));
      response.on("end", () => resolve({ bodyJson: text, headers: response.headers }));
    });
    request.on("error", reject);
    request.end(body);
  });
}

function post(path, body, headers) {
  call("POST", path, body, { "content-type": "application/json", ...headers }).catch((error) => {
    process.stderr.write(`runtime API unreachable: ${error.message}\n`);
    process.exit(1);
  });
}

const client = {
  initializeClient: () => {},
  next: () => call("GET", "next"),
  done: (id, body) => post(`${id}/response`, body),
  error: (id, body, xray) => post(`${id}/error`, body, { "lambda-runtime-function-xray-error-cause": xray }),
};

const load = Module._load;
Module._load = function (request, ...rest) {
  return request.endsWith("rapid-client.node") ? client : load.call(this, request, ...rest);
};
