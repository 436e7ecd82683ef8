using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace MetaStore.Server.Listening.Tls.Certificates;

/// <summary>Splits a PEM file into its blocks, in time proportional to its length.</summary>
/// <remarks>
/// Text outside of blocks is skipped. Inside it is strict, other than most readers: a block that is not ended or not base64 makes the whole file
/// unusable. A file that is only half written must not be taken for one with fewer certificates. Source: RFC 7468, and RFC 1421 for the headers.
/// </remarks>
internal static class PemText
{
    private const string Encrypted = "ENCRYPTED";

    private static ReadOnlySpan<byte> Begin => "-----BEGIN "u8;

    private static ReadOnlySpan<byte> End => "-----END "u8;

    private static ReadOnlySpan<byte> Dashes => "-----"u8;

    /// <summary>True when there is the beginning of a block somewhere.</summary>
    public static bool IsPem(ReadOnlySpan<byte> file) => file.IndexOf(Begin) >= 0;

    /// <summary>All blocks, in order.</summary>
    /// <exception cref="FormatException">A block is not ended, ended by another label, or not base64.</exception>
    public static List<PemBlock> Read(ReadOnlySpan<byte> file)
    {
        var blocks = new List<PemBlock>();
        string? label = null;
        var isEncrypted = false;
        var body = new ArrayBufferWriter<byte>();
        while (!file.IsEmpty)
        {
            var line = NextLine(ref file);
            if (label is null)
            {
                label = LabelOf(line, Begin);
            }
            else if (LabelOf(line, End) is { } ended)
            {
                blocks.Add(ended == label ? new PemBlock(label, Decode(label, body.WrittenSpan), isEncrypted) : throw new FormatException($"its block {label} is not ended"));
                (label, isEncrypted) = (null, false);
                body.ResetWrittenCount();
            }
            else if (LabelOf(line, Begin) is not null)
            {
                throw new FormatException($"its block {label} is not ended");
            }
            else if (line.Contains((byte)':'))
            {
                isEncrypted |= Encoding.ASCII.GetString(line).Contains(Encrypted, StringComparison.Ordinal);
            }
            else
            {
                body.Write(line);
            }
        }

        return label is null ? blocks : throw new FormatException($"its block {label} is not ended");
    }

    private static ReadOnlySpan<byte> NextLine(ref ReadOnlySpan<byte> file)
    {
        var length = file.IndexOf((byte)'\n');
        var line = length < 0 ? file : file[..length];
        file = length < 0 ? [] : file[(length + 1)..];
        return line.Trim(" \t\r"u8);
    }

    private static string? LabelOf(ReadOnlySpan<byte> line, ReadOnlySpan<byte> marker) =>
        line.Length >= marker.Length + Dashes.Length && line.StartsWith(marker) && line.EndsWith(Dashes)
            ? Encoding.ASCII.GetString(line[marker.Length..^Dashes.Length])
            : null;

    private static byte[] Decode(string label, ReadOnlySpan<byte> text)
    {
        var data = new byte[Base64.GetMaxDecodedFromUtf8Length(text.Length)];
        return Base64.DecodeFromUtf8(text, data, out _, out var written) == OperationStatus.Done
            ? data[..written]
            : throw new FormatException($"its block {label} is not base64");
    }
}
