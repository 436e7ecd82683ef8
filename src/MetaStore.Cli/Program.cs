using MetaStore.Cli.Commands;

return await MetactlCommand.Build().Parse(args).InvokeAsync(new() { EnableDefaultExceptionHandler = false });
