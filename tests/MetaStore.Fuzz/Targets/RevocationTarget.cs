using System.Text;
using MetaStore.Server.Listening.Tls.Certificates;
using MetaStore.Server.Listening.Tls.Revocation;
using MetaStore.Testing.Certificates;

namespace MetaStore.Fuzz.Targets;

/// <summary>A file of revocation lists; and one list without its signature, which a changed list does not pass. The first byte says which.</summary>
internal static class RevocationTarget
{
    private static readonly TestAuthority Authority = TestAuthority.Create();

    public static bool Run(byte[] input)
    {
        if (input.Length == 0)
        {
            return false;
        }

        try
        {
            if (input[0] % 2 == 0)
            {
                _ = RevocationListReader.Read(input.AsMemory(1)).Signed.IsSignedBy(Authority.Certificate);
            }
            else
            {
                _ = RevocationLists.Read("file", input[1..], [Authority.Certificate]);
            }
        }
        catch (Exception refused) when (refused is FormatException or TlsFileException)
        {
            return false;
        }

        return true;
    }

    public static IEnumerable<byte[]> Seeds()
    {
        Authority.Revoke(Authority.Issue("CN=a").Certificate);
        Authority.Revoke(Authority.Issue("CN=b").Certificate);
        yield return [0, .. Authority.RevocationList()];
        yield return [1, .. Authority.RevocationList()];
        yield return [1, .. Encoding.ASCII.GetBytes(Authority.RevocationListPem())];
    }
}
