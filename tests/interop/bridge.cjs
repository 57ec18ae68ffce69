// vscode-jsonrpc through the standard input and output of `rmbctl bridge`.
'use strict';
const { withHost, overBridge } = require('./host.cjs');
const { run } = require('./scenario.cjs');

withHost((host) => run(() => overBridge(host)));
