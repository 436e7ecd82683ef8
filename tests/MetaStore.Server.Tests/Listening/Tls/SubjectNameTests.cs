using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using MetaStore.Server.Listening.Tls.Certificates;

namespace MetaStore.Server.Tests.Listening.Tls;

public sealed class SubjectNameTests
{
    private const string CommonName = "2.5.4.3";
    private const string Organization = "2.5.4.10";
    private const string Title = "2.5.4.12";

    [Theory]
    [InlineData("CN=alice", "alice")]
    [InlineData("O=example", null)]
    [InlineData("", null)]
    [InlineData("T=root, O=example", null)]
    [InlineData("CN=Grüße", "Grüße")]
    public void CommonName_IsThatOfTheSubject(string subject, string? expected) => Assert.Equal(expected, SubjectName.CommonNameOf(new X500DistinguishedName(subject).RawData));

    [Fact]
    public void OfSeveral_TheLastEncodedCounts()
    {
        Assert.Equal("bob", SubjectName.CommonNameOf(Name([(CommonName, "alice")], [(Organization, "o")], [(CommonName, "bob")])));
        Assert.Equal("bob", SubjectName.CommonNameOf(Name([(CommonName, "alice")], [(CommonName, "bob")], [(Organization, "o")])));
    }

    [Fact]
    public void PartOfSeveralValues_IsRead() => Assert.Equal("alice", SubjectName.CommonNameOf(Name([(CommonName, "alice"), (Title, "root")])));

    [Fact]
    public void EmptyName_IsNone() => Assert.Null(SubjectName.CommonNameOf(Name([(CommonName, "")])));

    [Fact]
    public void NoName_IsNone()
    {
        Assert.Null(SubjectName.CommonNameOf(new byte[] { 0x30, 0x05, 0x31 }));
        Assert.Null(SubjectName.CommonNameOf(ReadOnlyMemory<byte>.Empty));
    }

    private static byte[] Name(params (string Kind, string Value)[][] parts)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            foreach ((string Kind, string Value)[] part in parts)
            {
                using (writer.PushSetOf())
                {
                    foreach ((string kind, string value) in part)
                    {
                        using (writer.PushSequence())
                        {
                            writer.WriteObjectIdentifier(kind);
                            writer.WriteCharacterString(UniversalTagNumber.UTF8String, value);
                        }
                    }
                }
            }
        }

        return writer.Encode();
    }
}
