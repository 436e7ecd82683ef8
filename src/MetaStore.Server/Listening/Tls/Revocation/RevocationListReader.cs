using System.Formats.Asn1;

namespace MetaStore.Server.Listening.Tls.Revocation;

/// <summary>Reads one list of revoked certificates (RFC 5280 section 5.1) in DER. .NET has no public reader.</summary>
/// <remarks>
/// Lists that are only a part, or a change to another one, are refused, as is every critical extension that is not known: a certificate that such a list does
/// not name might be revoked all the same.
/// </remarks>
internal static class RevocationListReader
{
    private const int Version2 = 1;
    private const string IssuingDistributionPoint = "2.5.29.28";

    private static readonly Asn1Tag Extensions = new(TagClass.ContextSpecific, 0);
    private static readonly Asn1Tag IndirectList = new(TagClass.ContextSpecific, 4);

    /// <summary>Reads the list and what its signature is over.</summary>
    /// <param name="encoded">The whole list and nothing else; kept.</param>
    /// <exception cref="FormatException">It is no such list, or one that is not supported.</exception>
    public static (RevocationList List, SignedData Signed) Read(ReadOnlyMemory<byte> encoded)
    {
        try
        {
            var file = new AsnReader(encoded, AsnEncodingRules.DER);
            var outer = file.ReadSequence();
            file.ThrowIfNotEmpty();
            var content = outer.PeekEncodedValue();
            var list = ReadContent(outer.ReadSequence(), out var innerAlgorithm);
            var algorithm = outer.ReadEncodedValue();
            var signature = outer.ReadBitString(out var unused);
            outer.ThrowIfNotEmpty();
            return unused == 0 && algorithm.Span.SequenceEqual(innerAlgorithm.Span)
                ? (list, new SignedData(content, algorithm, signature))
                : throw new FormatException("its signature is malformed");
        }
        catch (AsnContentException malformed)
        {
            throw new FormatException("it is not a revocation list in DER: " + malformed.Message, malformed);
        }
    }

    private static RevocationList ReadContent(AsnReader content, out ReadOnlyMemory<byte> algorithm)
    {
        if (content.PeekTag() == Asn1Tag.Integer && (!content.TryReadInt32(out var version) || version != Version2))
        {
            throw new FormatException("its version is not known");
        }

        algorithm = content.ReadEncodedValue();
        var issuer = content.ReadEncodedValue();
        var thisUpdate = ReadTime(content);
        DateTimeOffset? nextUpdate = content.HasData && IsTime(content.PeekTag()) ? ReadTime(content) : null;
        var serials = content.HasData && content.PeekTag() == Asn1Tag.Sequence ? ReadEntries(content.ReadSequence()) : [];
        if (content.HasData)
        {
            var wrapped = content.ReadSequence(Extensions);
            CheckExtensions(wrapped.ReadSequence());
            wrapped.ThrowIfNotEmpty();
        }

        content.ThrowIfNotEmpty();
        return new RevocationList(issuer, thisUpdate, nextUpdate, serials);
    }

    private static HashSet<CertificateSerial> ReadEntries(AsnReader entries)
    {
        var serials = new HashSet<CertificateSerial>();
        while (entries.HasData)
        {
            var entry = entries.ReadSequence();
            if (!CertificateSerial.TryRead(entry.ReadIntegerBytes().Span, out var serial))
            {
                throw new FormatException("it has a serial number of more than 20 octets");
            }

            serials.Add(serial);
            ReadTime(entry);
            if (entry.HasData)
            {
                CheckExtensions(entry.ReadSequence());
            }

            entry.ThrowIfNotEmpty();
        }

        return serials;
    }

    private static void CheckExtensions(AsnReader extensions)
    {
        while (extensions.HasData)
        {
            var extension = extensions.ReadSequence();
            var kind = extension.ReadObjectIdentifier();
            var isCritical = extension.PeekTag() == Asn1Tag.Boolean && extension.ReadBoolean();
            var value = extension.ReadOctetString();
            extension.ThrowIfNotEmpty();
            if (isCritical && (kind != IssuingDistributionPoint || IsIndirect(value)))
            {
                throw new FormatException($"its critical extension {kind} is not supported");
            }
        }
    }

    /// <summary>A list of several authorities' certificates.</summary>
    private static bool IsIndirect(byte[] distributionPoint)
    {
        var parts = new AsnReader(distributionPoint, AsnEncodingRules.DER).ReadSequence();
        while (parts.HasData)
        {
            if (parts.PeekTag().HasSameClassAndValue(IndirectList))
            {
                return true;
            }

            parts.ReadEncodedValue();
        }

        return false;
    }

    private static bool IsTime(Asn1Tag tag) => tag == Asn1Tag.UtcTime || tag == Asn1Tag.GeneralizedTime;

    private static DateTimeOffset ReadTime(AsnReader reader) =>
        reader.PeekTag() == Asn1Tag.UtcTime ? reader.ReadUtcTime() : reader.ReadGeneralizedTime();
}
