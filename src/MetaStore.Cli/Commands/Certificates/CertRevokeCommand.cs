using System.CommandLine;
using System.Numerics;
using MetaStore.Cli.Certificates;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.Reference;
using MetaStore.Cli.Terminals;
using MetaStore.Cli.Words;

namespace MetaStore.Cli.Commands.Certificates;

/// <summary><c>metactl cert revoke FILE|SERIAL...</c>: adds certificates to the authority's list, which members read again while they run.</summary>
internal static class CertRevokeCommand
{
    private const int MostSerialBytes = 20;

    private static readonly Option<int> Days = new("--days") { Description = "days until the next list is due", DefaultValueFactory = _ => 365 };

    /// <param name="folder">The flag with the authority's folder.</param>
    public static Command Build(Option<string> folder)
    {
        var command = new Command("revoke", "Adds certificates to ca.crl, the authority's list of revoked ones; without any, renews the list")
        {
            VerbWords.Of(ValueEntry.FileName, "files of certificates, or serial numbers in hexadecimal"), folder, Days,
        };
        command.SetOfflineAction((parsed, _) =>
        {
            if (parsed.GetValue(Days) is < 1 or > 36_500)
            {
                throw new UsageException("--days must be from 1 to 36500");
            }

            var place = new CertificateFolder(parsed.GetValue(folder)!);
            using var authority = DevelopmentAuthority.Open(place);
            byte[][] serials = [.. parsed.Plain().Select(word => SerialOf(word, authority))];
            authority.Revoke(serials, parsed.GetValue(Days));
            foreach (var serial in serials)
            {
                Terminal.Out.WriteLine($"revoked {Convert.ToHexString(serial)}");
            }

            Terminal.Out.WriteLine(place.RevocationList);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static byte[] SerialOf(string word, DevelopmentAuthority authority)
    {
        if (!File.Exists(word) && word.Length is > 0 and <= 2 * MostSerialBytes && word.All(char.IsAsciiHexDigit))
        {
            // A serial number is positive: without the zero byte, ff would be the one of no certificate.
            var number = new BigInteger(Convert.FromHexString(word.Length % 2 == 0 ? word : "0" + word), isUnsigned: true, isBigEndian: true);
            return number.ToByteArray(isBigEndian: true);
        }

        using var certificate = PemFile.FirstCertificate(word);
        return authority.IsIssuerOf(certificate)
            ? certificate.SerialNumberBytes.ToArray()
            : throw new UsageException($"{word} was signed by {certificate.Issuer}, not by this authority", ExitCodes.Error);
    }
}
