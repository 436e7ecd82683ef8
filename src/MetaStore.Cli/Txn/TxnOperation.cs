using System.CommandLine;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.Commands.Kv;
using MetaStore.Cli.Words;
using MetaStore.Protocol.Etcd;

namespace MetaStore.Cli.Txn;

/// <summary>A request of a transaction: put, get or del with the same arguments as on the command line.</summary>
internal static class TxnOperation
{
    /// <summary>Parses a line. Throws <see cref="InputException"/> when it is malformed, <see cref="UsageException"/> when the verb rejects its arguments.</summary>
    public static RequestOp Parse(ReadOnlySpan<byte> line)
    {
        var words = ScriptLine.Split(line);
        if (words.Count < 2)
        {
            throw new InputException("invalid txn request: write put, get or del and a key");
        }

        var parsed = Words(words);
        return parsed.CommandResult.Command.Name switch
        {
            // An omitted value is not read from standard input, which is the script itself.
            "put" => new RequestOp { RequestPut = PutCommand.RequestAsync(parsed, Stream.Null, CancellationToken.None).GetAwaiter().GetResult() },
            "get" => new RequestOp { RequestRange = GetCommand.Request(parsed) },
            _ => new RequestOp { RequestDeleteRange = DelCommand.Request(parsed) },
        };
    }

    private static ParseResult Words(IReadOnlyList<string> words)
    {
        var verbs = new Command("txn") { PutCommand.Build(), GetCommand.Build(), DelCommand.Build() };
        try
        {
            var parsed = CommandWords.Parse(verbs, words);
            return parsed.Errors.Count == 0 ? parsed : throw new InputException($"invalid txn request: {parsed.Errors[0].Message}");
        }
        catch (UsageException wrong)
        {
            throw new InputException($"invalid txn request: {wrong.Message}");
        }
    }
}
