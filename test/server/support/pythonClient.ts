/** A script on the Python `mcp` client: takes the server's command and arguments of run_backtest, prints JSON. */
export const pythonClient = `
import asyncio, json, sys
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

async def main():
    command, *args = json.loads(sys.argv[1])
    import os
    seen = 0
    async def progress(*_):
        nonlocal seen
        seen += 1
    async with stdio_client(StdioServerParameters(command=command, args=args, env=dict(os.environ))) as (read, write):
        async with ClientSession(read, write) as session:
            await session.initialize()
            tools = [tool.name for tool in (await session.list_tools()).tools]
            result = await session.call_tool("run_backtest", json.loads(sys.argv[2]), progress_callback=progress)
            failed = await session.call_tool("no_such_tool", {})
            content = getattr(result, "structured_content", None) or getattr(result, "structuredContent", None)
            print(json.dumps({"tools": tools, "result": content, "progress": seen, "error": json.loads(failed.content[0].text)}))

asyncio.run(main())
`;
