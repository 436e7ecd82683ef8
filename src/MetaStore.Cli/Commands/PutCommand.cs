using System.CommandLine;
using Etcdserverpb;
using Google.Protobuf;
using MetaStore.Cli.Output;

namespace MetaStore.Cli.Commands;

/// <summary><c>metactl put KEY [VALUE]</c>: stores one value; without VALUE it is read from stdin.</summary>
internal static class PutCommand
{
    private static readonly Argument<string> Key = new("key") { Description = "the key" };

    private static readonly Argument<string?> Value = new("value") { Description = "the value; read from stdin when left out", Arity = ArgumentArity.ZeroOrOne };

    private static readonly Option<string> Lease = new("--lease") { Description = "lease id in hexadecimal", DefaultValueFactory = _ => "0" };

    private static readonly Option<bool> Previous = new("--prev-kv") { Description = "print the pair as it was before" };

    private static readonly Option<bool> IgnoreValue = new("--ignore-value") { Description = "keep the current value" };

    private static readonly Option<bool> IgnoreLease = new("--ignore-lease") { Description = "keep the current lease" };

    public static Command Build()
    {
        var command = new Command("put", "Stores a value under a key") { Key, Value, Lease, Previous, IgnoreValue, IgnoreLease };
        command.SetAction(async (parsed, client, cancellation) =>
        {
            var request = Request(parsed);
            if (!request.IgnoreValue && parsed.GetValue(Value) is null)
            {
                request.Value = await ByteString.FromStreamAsync(Console.OpenStandardInput(), cancellation);
            }

            Printer.For(parsed).Put(await client.Kv.PutAsync(request, cancellation));
            return ExitCodes.Ok;
        });
        return command;
    }

    /// <summary>The request the words describe; the value is empty when it was left out.</summary>
    public static PutRequest Request(ParseResult parsed) => new()
    {
        Key = ByteString.CopyFromUtf8(parsed.GetValue(Key)!),
        Value = ByteString.CopyFromUtf8(parsed.GetValue(Value) ?? string.Empty),
        Lease = LeaseIds.Parse(parsed.GetValue(Lease)!),
        PrevKv = parsed.GetValue(Previous),
        IgnoreValue = parsed.GetValue(IgnoreValue),
        IgnoreLease = parsed.GetValue(IgnoreLease),
    };
}
