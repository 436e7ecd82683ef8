using System.Security.Cryptography.X509Certificates;
using MetaStore.Server.Listening.Tls.Certificates;

namespace MetaStore.Server.Listening.Tls.Revocation;

/// <summary>The lists of a file, one for each authority. Immutable.</summary>
internal sealed class RevocationLists
{
    private const string Label = "X509 CRL";

    private readonly IReadOnlyList<RevocationList> _lists;

    private RevocationLists(IReadOnlyList<RevocationList> lists) => _lists = lists;

    /// <summary>Reads a file of lists, in DER (one) or PEM (any number). Of two lists of one authority the newer counts.</summary>
    /// <param name="path">For messages.</param>
    /// <param name="file">Its contents.</param>
    /// <param name="authorities">Each list must be signed by one of them.</param>
    /// <exception cref="TlsFileException">It holds no list, or one that cannot be read or is not signed by an authority.</exception>
    public static RevocationLists Read(string path, byte[] file, X509Certificate2Collection authorities)
    {
        try
        {
            byte[][] encoded = PemText.IsPem(file) ? [.. PemText.Read(file).Where(block => block.Label == Label).Select(block => block.Data)] : [file];
            if (encoded.Length == 0)
            {
                throw new FormatException("it holds no revocation list");
            }

            var lists = encoded.Select(list => Checked(list, authorities)).OrderByDescending(list => list.ThisUpdate);
            return new RevocationLists([.. lists.DistinctBy(list => Convert.ToHexString(list.Issuer.Span))]);
        }
        catch (FormatException unusable)
        {
            throw new TlsFileException($"{path} cannot be used: {unusable.Message}", unusable);
        }
    }

    /// <summary>The list of an issuer; null when there is none.</summary>
    /// <param name="issuer">Its encoded name.</param>
    public RevocationList? Of(byte[] issuer) => _lists.FirstOrDefault(list => list.IsOf(issuer));

    /// <summary>True when one of them is past its next update.</summary>
    public bool IsAnyStale(DateTimeOffset now) => _lists.Any(list => list.IsStale(now));

    private static RevocationList Checked(byte[] encoded, X509Certificate2Collection authorities)
    {
        var (list, signed) = RevocationListReader.Read(encoded);
        return authorities.Where(authority => list.IsOf(authority.SubjectName.RawData)).Any(signed.IsSignedBy)
            ? list
            : throw new FormatException("it is not signed by an authority of trusted-ca-file");
    }
}
