using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography.X509Certificates;

namespace MetaStore.Cli.Certificates;

/// <summary>A list of revoked certificates in lines of text. Its signature is not checked: members do that.</summary>
/// <remarks>Source: RFC 5280 section 5.1.</remarks>
internal static class RevocationSummary
{
    private const string ListNumber = "2.5.29.20";

    private static readonly Asn1Tag Extensions = new(TagClass.ContextSpecific, 0);

    /// <summary>Name and value of each line. Throws <see cref="AsnContentException"/> when it is none.</summary>
    /// <param name="encoded">DER.</param>
    public static IReadOnlyList<(string Name, string Value)> Of(ReadOnlyMemory<byte> encoded)
    {
        var content = new AsnReader(encoded, AsnEncodingRules.DER).ReadSequence().ReadSequence();
        if (content.PeekTag() == Asn1Tag.Integer)
        {
            content.ReadInteger();
        }

        content.ReadSequence();
        var lines = new List<(string, string)>
        {
            ("list of", new X500DistinguishedName(content.ReadEncodedValue().Span).Name),
            ("made", $"{ReadTime(content):u}"),
        };
        if (content.HasData && content.PeekTag() is var tag && (tag == Asn1Tag.UtcTime || tag == Asn1Tag.GeneralizedTime))
        {
            lines.Add(("next list", $"{ReadTime(content):u}"));
        }

        var entries = content.HasData && content.PeekTag() == Asn1Tag.Sequence ? Entries(content.ReadSequence()) : [];
        if (content.HasData && Number(content.ReadSequence(Extensions).ReadSequence()) is { } number)
        {
            lines.Add(("number", number.ToString()));
        }

        return [.. lines, .. entries.Count > 0 ? entries : [("revoked", "none")]];
    }

    private static List<(string Name, string Value)> Entries(AsnReader entries)
    {
        var lines = new List<(string, string)>();
        while (entries.HasData)
        {
            var entry = entries.ReadSequence();
            lines.Add(("revoked", $"{Convert.ToHexString(entry.ReadIntegerBytes().Span)} at {ReadTime(entry):u}"));
        }

        return lines;
    }

    private static BigInteger? Number(AsnReader extensions)
    {
        while (extensions.HasData)
        {
            var extension = extensions.ReadSequence();
            var kind = extension.ReadObjectIdentifier();
            if (extension.PeekTag() == Asn1Tag.Boolean)
            {
                extension.ReadBoolean();
            }

            var value = extension.ReadOctetString();
            if (kind == ListNumber)
            {
                return new AsnReader(value, AsnEncodingRules.DER).ReadInteger();
            }
        }

        return null;
    }

    private static DateTimeOffset ReadTime(AsnReader reader) => reader.PeekTag() == Asn1Tag.UtcTime ? reader.ReadUtcTime() : reader.ReadGeneralizedTime();
}
