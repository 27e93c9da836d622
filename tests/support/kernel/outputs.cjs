// Sends the messages of jsii to Python, and wraps what the CDK prints as jsii's own script does.
"use strict";

const fs = require("node:fs");

const MESSAGES = 3;
const TO_PYTHON = 4;
const STDERR = 2;

const { writeSync } = fs;
fs.writeSync = (descriptor, ...rest) =>
  writeSync(descriptor === MESSAGES ? TO_PYTHON : descriptor, ...rest);

for (const name of ["stdout", "stderr"]) {
  process[name].write = (chunk, encoding, callback) => {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk);
    const line = Buffer.from(`${JSON.stringify({ [name]: bytes.toString("base64") })}\n`);
    for (let sent = 0; sent < line.length; ) {
      sent += writeSync(STDERR, line, sent);
    }
    const done = typeof encoding === "function" ? encoding : callback;
    if (done) process.nextTick(done);
    return true;
  };
}
