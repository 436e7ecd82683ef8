using System.CommandLine;
using Etcdserverpb;
using Google.Protobuf;
using MetaStore.Cli.Output;

namespace MetaStore.Cli.Commands;

/// <summary><c>metactl put KEY [VALUE]</c>: stores one value; without VALUE it is read from stdin.</summary>
internal static class PutCommand
{
    public static Command Build()
    {
        var key = new Argument<string>("key") { Description = "the key" };
        var value = new Argument<string?>("value") { Description = "the value; read from stdin when left out", Arity = ArgumentArity.ZeroOrOne };
        var lease = new Option<string>("--lease") { Description = "lease id in hexadecimal", DefaultValueFactory = _ => "0" };
        var previous = new Option<bool>("--prev-kv") { Description = "print the pair as it was before" };
        var ignoreValue = new Option<bool>("--ignore-value") { Description = "keep the current value" };
        var ignoreLease = new Option<bool>("--ignore-lease") { Description = "keep the current lease" };
        var command = new Command("put", "Stores a value under a key") { key, value, lease, previous, ignoreValue, ignoreLease };

        command.SetAction(async (parsed, client, cancellation) =>
        {
            var request = new PutRequest
            {
                Key = ByteString.CopyFromUtf8(parsed.GetValue(key)!),
                Lease = LeaseIds.Parse(parsed.GetValue(lease)!),
                PrevKv = parsed.GetValue(previous),
                IgnoreValue = parsed.GetValue(ignoreValue),
                IgnoreLease = parsed.GetValue(ignoreLease),
            };
            if (!request.IgnoreValue)
            {
                request.Value = parsed.GetValue(value) is { } text
                    ? ByteString.CopyFromUtf8(text)
                    : await ByteString.FromStreamAsync(Console.OpenStandardInput(), cancellation);
            }

            var response = await client.Kv.PutAsync(request, cancellation);
            Printer.For(parsed).Put(response);
            return ExitCodes.Ok;
        });
        return command;
    }
}
