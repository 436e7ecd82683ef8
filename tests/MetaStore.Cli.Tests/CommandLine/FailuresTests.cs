using Grpc.Core;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.Reference;
using MetaStore.Cli.Terminals;
using MetaStore.Client;

namespace MetaStore.Cli.Tests.CommandLine;

public sealed class FailuresTests
{
    public static TheoryData<Exception, int?> Codes => new()
    {
        { new UsageException("x"), ExitCodes.BadArguments },
        { new UsageException("x", ExitCodes.BadFeature), ExitCodes.BadFeature },
        { new InputException("x"), ExitCodes.InvalidInput },
        { new RpcException(new Status(StatusCode.Unavailable, "etcdserver: no leader")), ExitCodes.Error },
        { new RpcException(new Status(StatusCode.InvalidArgument, EtcdErrors.AuthenticationFailed)), ExitCodes.BadConnection },
        { new LeaseLostException(5), ExitCodes.Error },
        { new WatchCompactedException(7), ExitCodes.Error },
        { new OutputException(32), ExitCodes.BrokenPipe },
        { new OutputException(28), ExitCodes.InputOutput },
        { new FileNotFoundException(), ExitCodes.InputOutput },
        { new UnauthorizedAccessException(), ExitCodes.InputOutput },
        { new InvalidOperationException("a bug"), null },
        { new OperationCanceledException(), null },
    };

    [Theory]
    [MemberData(nameof(Codes))]
    public void Code_IsEtcdctls_AndNoneForABug(Exception failure, int? code) => Assert.Equal(code, Failures.CodeOf(failure));

    [Fact]
    public void Report_IsOneLine_OfTheServersText()
    {
        using var error = new MemoryStream();
        Terminal.Replace(TerminalStreams.Of(Stream.Null, Stream.Null, error));
        Assert.Equal(1, Failures.Report(new RpcException(new Status(StatusCode.NotFound, "etcdserver: requested lease not found"))));
        Assert.Equal(1, Failures.Report(new RpcException(new Status(StatusCode.Internal, string.Empty))));
        Assert.Equal(141, Failures.Report(new OutputException(32)));
        Assert.Equal("Error: etcdserver: requested lease not found\nError: Internal\n", System.Text.Encoding.UTF8.GetString(error.ToArray()));
    }

    [Fact]
    public void ExitStatus_OfTheManual_HasEveryCode() => Assert.Equal(
        typeof(ExitCodes).GetFields().Select(field => (int)field.GetRawConstantValue()!).Order(), ExitStatus.All.Select(status => status.Code));
}
