using System.Net;

namespace MetaStore.Server.Listening.InProcess;

/// <summary>The address of <see cref="InProcessTransport"/>.</summary>
internal sealed class InProcessEndPoint : EndPoint
{
    /// <summary>For Kestrel's log.</summary>
    public override string ToString() => "in-process";
}
