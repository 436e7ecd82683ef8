using System.Text;
using MetaStore.Server.Listening.Tls.Certificates;
using MetaStore.Testing.Certificates;

namespace MetaStore.Server.Tests.Listening.Tls;

public sealed class ReloadedFilesTests : IDisposable
{
    private readonly CertificateFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Change_CountsWhenItWasTheSameTwice()
    {
        ReloadedFiles<string> files = Loaded();
        Write("b");
        Assert.Equal((false, null, "a1"), Poll(files));
        Assert.Equal((true, null, "b1"), Poll(files));
        Assert.Equal((false, null, "b1"), Poll(files));
        Write("c");
        Assert.False(Poll(files).IsNew);
        Write("d");
        Assert.False(Poll(files).IsNew);
        Assert.Equal((true, null, "d1"), Poll(files));
    }

    [Fact]
    public void SecondFile_CountsAsMuchAsTheFirst()
    {
        ReloadedFiles<string> files = Loaded();
        _folder.Write("two", "2");
        Poll(files);
        Assert.Equal((true, null, "a2"), Poll(files));
    }

    [Fact]
    public void ContentThatCannotBeUsed_LeavesTheFormer_AndIsSaidOnce()
    {
        ReloadedFiles<string> files = Loaded();
        Write("bad");
        Poll(files);
        Assert.Equal((false, "bad", "a1"), Poll(files));
        Assert.Equal((false, null, "a1"), Poll(files));
        Assert.Equal(1, files.Failures);
        File.Delete(_folder["one"]);
        Poll(files);
        (bool isNew, string? fault, string current) = Poll(files);
        Assert.Equal((false, "a1"), (isNew, current));
        Assert.Contains(_folder["one"], fault, StringComparison.Ordinal);
        Assert.Equal(2, files.Failures);
        Write("b");
        Poll(files);
        Assert.Equal((true, null, "b1"), Poll(files));
        Assert.Equal(2, files.Failures);
    }

    [Fact]
    public void ContentThatGoesBack_IsNoChange()
    {
        ReloadedFiles<string> files = Loaded();
        Write("b");
        Poll(files);
        Write("a");
        Assert.False(Poll(files).IsNew);
        Assert.False(Poll(files).IsNew);
    }

    [Fact]
    public void Start_WithoutTheFiles_FailsOrBeginsWithSomethingElse()
    {
        Assert.Throws<TlsFileException>(() => Files(null).Load());
        ReloadedFiles<string> files = Files(_ => "nothing yet");
        files.Load();
        Assert.Equal("nothing yet", files.Current);
        Assert.Equal((false, null, "nothing yet"), Poll(files));
        Write("a");
        _folder.Write("two", "1");
        Poll(files);
        Assert.Equal((true, null, "a1"), Poll(files));
    }

    private static (bool IsNew, string? Fault, string Current) Poll(ReloadedFiles<string> files)
    {
        bool isNew = files.Poll(out string? fault);
        return (isNew, fault, files.Current);
    }

    private ReloadedFiles<string> Loaded()
    {
        Write("a");
        _folder.Write("two", "1");
        ReloadedFiles<string> files = Files(null);
        files.Load();
        return files;
    }

    private void Write(string text) => _folder.Write("one", text);

    private ReloadedFiles<string> Files(Func<TlsFileException, string>? begin) => new([_folder["one"], _folder["two"]], Join, begin);

    private static string Join(IReadOnlyList<byte[]> files)
    {
        string text = string.Concat(files.Select(file => Encoding.ASCII.GetString(file)));
        return text.StartsWith("bad", StringComparison.Ordinal) ? throw new TlsFileException("bad") : text;
    }
}
