using System.CommandLine;
using Etcdserverpb;
using Google.Protobuf;
using MetaStore.Cli.Commands;

namespace MetaStore.Cli.Txn;

/// <summary>One request of a transaction: put, get or del with the same words as on the command line.</summary>
internal static class TxnOperation
{
    /// <summary>Reads one line. Throws <see cref="InputException"/>.</summary>
    public static RequestOp Parse(string line)
    {
        var words = QuotedText.Split(line);
        return words[0] switch
        {
            "put" => new RequestOp { RequestPut = PutCommand.Request(Words(PutCommand.Build(), words)) },
            "get" => new RequestOp { RequestRange = GetCommand.Request(Words(GetCommand.Build(), words)) },
            "del" => new RequestOp { RequestDeleteRange = DelCommand.Request(Words(DelCommand.Build(), words)) },
            var other => throw new InputException($"invalid txn request: {other}; write put, get or del"),
        };
    }

    private static ParseResult Words(Command command, IReadOnlyList<string> words)
    {
        var parsed = command.Parse([.. words.Skip(1)]);
        return parsed.Errors.Count == 0 ? parsed : throw new InputException(parsed.Errors[0].Message);
    }
}
