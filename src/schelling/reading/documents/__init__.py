"""Documents as text: plain, Markdown, HTML, DOCX and PDF, bounded in size, time and memory."""
