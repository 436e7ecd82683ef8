using System.Globalization;
using System.Text.RegularExpressions;
using Etcdserverpb;
using Google.Protobuf;
using MetaStore.Cli.Commands;

namespace MetaStore.Cli.Txn;

/// <summary>One compare: <c>value("key") = "text"</c>, <c>mod("key") &gt; "5"</c>, and likewise version, create and lease.</summary>
internal static partial class TxnCompare
{
    /// <summary>Reads one line. Throws <see cref="InputException"/>.</summary>
    public static Compare Parse(string line)
    {
        var match = Grammar().Match(line);
        if (!match.Success)
        {
            throw new InputException($"malformed comparison: {line}; write something like mod(\"key\") > \"0\"");
        }

        var compare = new Compare
        {
            Key = ByteString.CopyFromUtf8(QuotedText.Unquote(match.Groups["key"].Value)),
            Result = match.Groups["result"].Value switch
            {
                "=" => Compare.Types.CompareResult.Equal,
                "!=" => Compare.Types.CompareResult.NotEqual,
                ">" => Compare.Types.CompareResult.Greater,
                _ => Compare.Types.CompareResult.Less,
            },
        };
        var operand = QuotedText.Unquote(match.Groups["operand"].Value);
        switch (match.Groups["target"].Value)
        {
            case "ver" or "version":
                compare.Target = Compare.Types.CompareTarget.Version;
                compare.Version = Number(operand);
                break;
            case "c" or "create":
                compare.Target = Compare.Types.CompareTarget.Create;
                compare.CreateRevision = Number(operand);
                break;
            case "m" or "mod":
                compare.Target = Compare.Types.CompareTarget.Mod;
                compare.ModRevision = Number(operand);
                break;
            case "val" or "value":
                compare.Target = Compare.Types.CompareTarget.Value;
                compare.Value = ByteString.CopyFromUtf8(operand);
                break;
            case "lease":
                compare.Target = Compare.Types.CompareTarget.Lease;
                compare.Lease = LeaseIds.Parse(operand);
                break;
            default:
                throw new InputException($"unknown target in comparison: {line}; write value, version, create, mod or lease");
        }

        return compare;
    }

    private static long Number(string text) => long.TryParse(text, CultureInfo.InvariantCulture, out var number)
        ? number
        : throw new InputException($"'{text}' is not a number");

    [GeneratedRegex("""^(?<target>\w+)\((?<key>"(?:[^"\\]|\\.)*"|[^)]+)\)\s*(?<result>!=|=|<|>)\s*(?<operand>.+)$""")]
    private static partial Regex Grammar();
}
