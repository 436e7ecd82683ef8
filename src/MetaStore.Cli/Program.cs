using MetaStore.Cli.Commands;

var parsed = MetactlCommand.Build().Parse(args);
if ((UsageErrors.FindBytes(args) ?? UsageErrors.Find(parsed)) is { } wrong)
{
    await Console.Error.WriteLineAsync($"Error: {wrong}");
    return ExitCodes.BadArguments;
}

return await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false });
