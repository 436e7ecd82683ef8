using System.CommandLine;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.Commands.Kv;
using MetaStore.Cli.Words;
using MetaStore.Protocol.Etcd;

namespace MetaStore.Cli.Txn;

/// <summary>One request of a transaction: put, get or del with the same words as on the command line.</summary>
internal static class TxnOperation
{
    /// <summary>Reads one line. Throws <see cref="InputException"/> when it cannot be understood, <see cref="UsageException"/> when the verb refuses its words.</summary>
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
            // A value that is left out comes from no other place: standard input is the script itself.
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
