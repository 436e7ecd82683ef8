using System.CommandLine;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MetaStore.Cli.Certificates;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.Reference;
using MetaStore.Cli.Terminals;
using MetaStore.Cli.Words;

namespace MetaStore.Cli.Commands.Certificates;

/// <summary><c>metactl cert show FILE...</c>: certificates and lists of revoked ones in PEM, as text. Keys in the files are not shown.</summary>
internal static class CertShowCommand
{
    public static Command Build()
    {
        var command = new Command("show", "Shows certificates and lists of revoked ones") { VerbWords.Of(ValueEntry.FileName, "PEM files; keys in them are not shown") };
        command.SetOfflineAction((parsed, _) =>
        {
            var files = parsed.Plain();
            if (files.Length == 0)
            {
                throw new UsageException("cert show needs at least one file");
            }

            foreach (var file in files)
            {
                foreach (var (isCertificate, content) in PemFile.Read(file))
                {
                    Terminal.Out.WriteLine(file);
                    foreach (var (name, value) in LinesOf(file, isCertificate, content))
                    {
                        Terminal.Out.WriteLine($"  {name,-10}{VisibleText.Of(value)}");
                    }
                }
            }

            return ExitCodes.Ok;
        });
        return command;
    }

    private static IReadOnlyList<(string Name, string Value)> LinesOf(string file, bool isCertificate, byte[] content)
    {
        try
        {
            if (!isCertificate)
            {
                return RevocationSummary.Of(content);
            }

            using var certificate = X509CertificateLoader.LoadCertificate(content);
            return [.. CertificateSummary.Of(certificate, DateTimeOffset.UtcNow)];
        }
        catch (Exception damaged) when (damaged is CryptographicException or AsnContentException)
        {
            throw new UsageException($"{file}: {damaged.Message}", ExitCodes.Error);
        }
    }
}
