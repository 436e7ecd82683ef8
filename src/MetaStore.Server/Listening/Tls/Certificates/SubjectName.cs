using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace MetaStore.Server.Listening.Tls.Certificates;

/// <summary>Reads the common name of a certificate's subject.</summary>
/// <remarks>
/// By its own reading of the encoded name, since what is a user's name must be nothing else: .NET's <c>GetNameInfo(SimpleName)</c> takes another attribute
/// where there is no common name, and its list of attributes runs backwards. Source: RFC 5280 section 4.1.2.4; as in Go, the last of several counts.
/// </remarks>
internal static class SubjectName
{
    private const string CommonName = "2.5.4.3";

    /// <summary>The common name; null when there is none, when it is empty, and when the name cannot be read.</summary>
    public static string? CommonNameOf(X509Certificate2 certificate) => CommonNameOf(certificate.SubjectName.RawData);

    /// <summary>The same of an encoded name.</summary>
    public static string? CommonNameOf(ReadOnlyMemory<byte> encoded)
    {
        try
        {
            string? found = null;
            var name = new AsnReader(encoded, AsnEncodingRules.DER).ReadSequence();
            while (name.HasData)
            {
                var parts = name.ReadSetOf(skipSortOrderValidation: true);
                while (parts.HasData)
                {
                    var part = parts.ReadSequence();
                    if (part.ReadObjectIdentifier() == CommonName)
                    {
                        found = TextOf(part);
                    }
                }
            }

            return string.IsNullOrEmpty(found) ? null : found;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    private static string? TextOf(AsnReader value)
    {
        var tag = value.PeekTag();
        return tag.TagClass == TagClass.Universal
            && (UniversalTagNumber)tag.TagValue is UniversalTagNumber.UTF8String or UniversalTagNumber.PrintableString or UniversalTagNumber.IA5String
                or UniversalTagNumber.TeletexString or UniversalTagNumber.BMPString or UniversalTagNumber.NumericString
            ? value.ReadCharacterString((UniversalTagNumber)tag.TagValue)
            : null;
    }
}
