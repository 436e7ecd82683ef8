using System.Globalization;
using System.Text;
using Google.Protobuf;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.CommandLine.Values;
using MetaStore.Cli.Words;
using MetaStore.Protocol.Etcd;

namespace MetaStore.Cli.Txn;

/// <summary>A comparison: <c>value("key") = "text"</c>, <c>mod("key") &gt; "5"</c>, and likewise version, create and lease.</summary>
/// <remarks>
/// Key and operand are in double quotes, with Go's escapes, or in backquotes, with blanks around the operator: what etcdctl reads with
/// Sscanf("%q) %s %q"). Anything after the operand is ignored.
/// </remarks>
internal static class TxnCompare
{
    /// <summary>Parses a line. Throws <see cref="InputException"/>.</summary>
    public static Compare Parse(ReadOnlySpan<byte> line)
    {
        var open = line.IndexOf((byte)'(');
        if (open < 0)
        {
            throw Malformed();
        }

        var rest = AfterBlanks(line[(open + 1)..]);
        var key = GoQuote.Read(rest, out var length) ?? throw Malformed();
        if (rest[length..] is not [(byte)')', ..])
        {
            throw Malformed();
        }

        rest = AfterBlanks(rest[(length + 1)..]);
        var end = rest.IndexOfAny((byte)' ', (byte)'\t') is var blank && blank < 0 ? rest.Length : blank;
        var compare = new Compare { Key = ByteString.CopyFrom(key), Result = Result(Encoding.Latin1.GetString(rest[..end])) };
        var operand = GoQuote.Read(AfterBlanks(rest[end..]), out _) ?? throw Malformed();
        SetTarget(compare, Encoding.Latin1.GetString(line[..open]), operand);
        return compare;
    }

    private static void SetTarget(Compare compare, string target, byte[] operand)
    {
        switch (target)
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
                compare.Value = ByteString.CopyFrom(operand);
                break;
            case "lease":
                compare.Target = Compare.Types.CompareTarget.Lease;
                compare.Lease = Lease(operand);
                break;
            default:
                throw new InputException($"malformed comparison (unknown target {target}); write value, version, create, mod or lease");
        }
    }

    private static Compare.Types.CompareResult Result(string text) => text switch
    {
        "=" => Compare.Types.CompareResult.Equal,
        "!=" => Compare.Types.CompareResult.NotEqual,
        ">" => Compare.Types.CompareResult.Greater,
        "<" => Compare.Types.CompareResult.Less,
        _ => throw Malformed(),
    };

    private static long Number(byte[] operand) =>
        long.TryParse(Encoding.Latin1.GetString(operand), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new InputException("invalid txn compare request: a number is needed");

    private static long Lease(byte[] operand)
    {
        try
        {
            return LeaseIds.Parse(Encoding.Latin1.GetString(operand));
        }
        catch (UsageException)
        {
            throw new InputException("invalid txn compare request: a lease id in hexadecimal is needed");
        }
    }

    private static ReadOnlySpan<byte> AfterBlanks(ReadOnlySpan<byte> text) => text.TrimStart(" \t"u8);

    private static InputException Malformed() => new("malformed comparison; write something like mod(\"key\") > \"0\"");
}
