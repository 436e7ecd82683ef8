namespace MetaStore.Cli.Commands;

/// <summary>The caller asked for something that makes no sense; the message says what to write instead. Exit code 128.</summary>
internal sealed class UsageException(string message) : Exception(message);
